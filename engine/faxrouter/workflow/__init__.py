"""Durable workflows: receive, file, acknowledge. The only room that knows the durable engine, and the only one that
performs. Decides nothing: what is to be done comes as a Plan.
"""
