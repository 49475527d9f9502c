"""Practice: a made-up cast that speaks and answers, on a board of its own."""
