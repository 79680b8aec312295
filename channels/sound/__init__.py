"""Speech on this machine: sound into words, and words into sound.

All of it is the optional extra ``voice``; nothing here is needed to run Penny, and nothing of
the extra is imported before somebody speaks.
"""
