"""Real networks on loopback, for as long as a test wants them: Bluesky, WordPress and snac.

Law: everything listens on 127.0.0.1 alone and on free ports, so that any number stand side by
side; what is kept lies below one folder (``larder``); what runs ends with whoever started it.
"""
