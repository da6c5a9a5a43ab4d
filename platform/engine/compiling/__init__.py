"""The parts of the compiler, one module for each area of the language; `compiler` puts them together."""
