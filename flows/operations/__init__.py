"""Operating detente on one machine: what `detente up` starts and `detente down` stops (`flows/commands/operating.py`)."""
