"""What happens to channels: sessions opened and ended, events applied, silence looked into."""
