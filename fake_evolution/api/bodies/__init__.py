"""The schemas of request bodies, keyword by keyword in the order in which the real server's have them."""
