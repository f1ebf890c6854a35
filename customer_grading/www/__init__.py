"""The pages that customers open."""
