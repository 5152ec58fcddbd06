"""What the terminal shows beside the gates: a module a section. Each gives no line where it has nothing to say."""
