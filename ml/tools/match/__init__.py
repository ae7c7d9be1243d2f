"""Two pictures: which patches show the same, and is it the same place?"""
