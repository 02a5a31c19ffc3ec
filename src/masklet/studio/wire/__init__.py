"""What server and page say to each other: JSON messages, and masks as compact bytes."""
