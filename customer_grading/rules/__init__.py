"""Pure rules: facts in, an answer with its reasons out. No framework, no clock, no input or output."""
