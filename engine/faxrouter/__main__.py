"""`python -m faxrouter` is the command `faxrouter`."""

from faxrouter.cli import main

main()
