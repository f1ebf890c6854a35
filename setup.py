"""For tools that still look for this file; everything stands in pyproject.toml."""

from setuptools import setup

setup()
