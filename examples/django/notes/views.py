from django.shortcuts import render

from notes.models import Note


def index(request):
    Note.objects.create(text=f"visit from {request.get_host()}")
    return render(request, "notes/index.html", {"title": "Hello from Django", "count": Note.objects.count()})
