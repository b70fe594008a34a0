"""A connector's options, read at its door: every mistake at once, in the author's words."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from faxrouter.model.failure import Unavailable
from faxrouter.ports import ConnectorSettings

Options = TypeVar("Options", bound=BaseModel)
Text = Annotated[str, StringConstraints(min_length=1)]


class OptionsTable(BaseModel):
    """A table of options, or one inside it: a key that nobody knows is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_options(model: type[Options], settings: ConnectorSettings) -> Options:
    """Raises Unavailable. The value itself is never repeated: it may be a secret."""
    try:
        return model.model_validate(dict(settings.options))
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        wrong = dict.fromkeys(f"`{_key(each['loc'])}`: {each['msg'].lower()}" for each in found)
        raise Unavailable(f"connector `{settings.name}`: {'; '.join(wrong)}") from None


def _key(where: tuple[int | str, ...]) -> str:
    """Without the classes that pydantic names where a table may be one of several."""
    return ".".join(str(part) for part in where if not str(part)[:1].isupper())
