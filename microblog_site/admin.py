"""What all lists of the admin share; each app registers its own in its admin.py."""

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import ActionLocation
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.utils.functional import cached_property

from microblog_site.paging import row_id

EVERYWHERE = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]
COMPARISONS = ("", "exact", "gte", "lt", "isnull")  # those that the filters beside a list ask for


class BoundedPaginator(Paginator):
    """Counts no further than anybody pages, so that a list of millions is as quick as one of thousands."""

    MAX_COUNT = 2_000

    @cached_property
    def count(self):
        return len(self.object_list.values_list("pk")[: self.MAX_COUNT])

    @property
    def is_cut(self):
        return self.count == self.MAX_COUNT


class ReadOnlyMixin:
    """Rows that the site writes: nobody adds or changes them by hand, and only where this is said, deletes them."""

    can_be_deleted = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return self.can_be_deleted and super().has_delete_permission(request, obj)


class BigTableAdmin(admin.ModelAdmin):
    """A list that stays quick when its table is big: no counting, no sorting or filtering without an index."""

    paginator = BoundedPaginator
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = ["-pk"]
    sortable_by = []

    def lookup_allowed(self, lookup, value, request):
        filters = [getattr(listed, "parameter_name", listed) for listed in self.get_list_filter(request)]
        field, _separator, comparison = lookup.partition("__")
        return field in filters and comparison in COMPARISONS

    def response_action(self, request, *args, **kwargs):
        if not all(map(row_id, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest("What was chosen is no row.")
        return super().response_action(request, *args, **kwargs)

    def delete_queryset(self, request, queryset):
        """One by one, so that each is counted out."""
        for thing in queryset:
            thing.delete()
