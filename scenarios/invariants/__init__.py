"""The invariants, one file each; the folder is walked."""
