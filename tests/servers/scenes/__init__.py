"""What is played on each real server so that its answers can be kept: invented people only."""
