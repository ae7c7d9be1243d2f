"""What stands behind ./festivity: prepares the machine, starts the parts, keeps them running, checks them, stops them.

Standard library only, since it runs before anything is installed.
"""
