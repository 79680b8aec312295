"""The only door to the outside: web chat, Telegram, voice."""
