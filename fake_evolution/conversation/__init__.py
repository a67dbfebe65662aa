"""What people do on their phones, put into the words in which WhatsApp tells it to the server.

For those who do not know the socket library: a text, a voice message, a read receipt, a call. What is left open
(who, which name, which words) is drawn by chance that is keyed by the instance.
"""
