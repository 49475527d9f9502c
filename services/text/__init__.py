"""What is done to text: cleaning, finding tags and links, hearing questions, measuring."""
