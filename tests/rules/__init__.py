"""The pure rules: every boundary by table, every law by property."""
