"""A fault of our own, without its words: an exception's message may quote a fax, its type and place never do."""


def described(err: BaseException) -> str:
    """`KeyError at faxrouter.planning.tasks:120`."""
    trace = err.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" at {trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
    return f"{type(err).__name__}{place}"
