"""What is kept: tables, migrations and the functions that read and write them.

SQL is written here and nowhere else. Functions take an open transaction first; who opens it decides
what belongs together.
"""
