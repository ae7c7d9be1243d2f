"""Masks out of the site and into it, in the forms that other programs know: GIMP's PNG, COCO's run lengths, a zip of all."""
