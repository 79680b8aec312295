"""Pictures of what Penny says: their data is checked here, drawn when somebody looks, and kept.

``spec`` reads the plain data that a reply carries, ``draw`` turns it into SVG or PNG, and
``studio`` does so off the event loop, one picture at a time, and remembers the latest.
"""
