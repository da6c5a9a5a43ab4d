"""The demonstration: a province, its people and the work of their last months, made through the services.

Everything is drawn from one seed, so that two runs make the same. This package names the shipped
modules and their words; the platform does not.
"""
