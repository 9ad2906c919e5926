from django import template

from workdays import words

register = template.Library()

register.filter("weekday_words", words.weekday)
register.filter("due_exact", words.exact)
