"""Videos: what they say of time, place and camera, how their pictures move, and single frames out of them."""
