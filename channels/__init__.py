"""The only door to the outside: web chat, Telegram and the HTTP interface."""
