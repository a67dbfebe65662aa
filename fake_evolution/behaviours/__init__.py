"""What phones do by themselves in a world: values, and how they are carried out."""
