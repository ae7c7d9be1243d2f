"""The cameras of a drive: which files each made, which way it faced, how far its clock was off."""
