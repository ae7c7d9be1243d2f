"""The way of the car: several receivers, what is wrong with their fixes, one track."""
