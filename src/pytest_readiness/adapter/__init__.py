"""The only package that knows pytest's hooks."""
