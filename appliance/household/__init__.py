"""What a household's own faces teach: samples, which are numbers, and the head that is made of them."""
