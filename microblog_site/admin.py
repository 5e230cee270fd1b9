"""What all lists in the admin share; each app registers its own in its admin.py."""

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import ActionLocation
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.utils.functional import cached_property

from microblog_site.paging import row_id

EVERYWHERE = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]
COMPARISONS = ("", "exact", "gte", "lt", "isnull")  # the ones that the filters beside a list use


class BoundedPaginator(Paginator):
    """Counts only as many rows as people can page through, so a list of millions is as fast as one of thousands."""

    MAX_COUNT = 2_000

    @cached_property
    def count(self):
        return len(self.object_list.values_list("pk")[: self.MAX_COUNT])

    @property
    def is_cut(self):
        return self.count == self.MAX_COUNT


class ReadOnlyMixin:
    """For rows that the site writes: nobody can add or change them by hand, or delete them unless the admin class
    allows it.
    """

    can_be_deleted = False

    def has_change_permission(self, request, obj=None):
        return False

    has_add_permission = has_change_permission

    def has_delete_permission(self, request, obj=None):
        return self.can_be_deleted and super().has_delete_permission(request, obj)


class BigTableAdmin(admin.ModelAdmin):
    """A list that stays fast on a big table: no counting, and no sorting or filtering without an index."""

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

    def log_change(self, request, obj, message):
        """A form saved without a change is no entry in the log."""
        return super().log_change(request, obj, message) if message else None

    def delete_queryset(self, request, queryset):
        """One by one, so that counters are updated for each."""
        for thing in queryset:
            thing.delete()
