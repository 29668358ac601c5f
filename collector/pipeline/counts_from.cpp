#include "collector/pipeline/counts_from.h"

namespace collector {

CountsFrom counts_from(Followed& followed, const Followed::Place& place, const Reading& reading) {
  if (reading.born) return CountsFrom::birth;
  if (place.object != nullptr && !place.object->gone) return CountsFrom::last_reading;
  const Scope& scope = *place.scope;
  if (reading.object != 0 && scope.known && reading.object > scope.highest_before) return CountsFrom::birth;

  // The object was never seen; what the series showed before may tell something.
  if (place.series == nullptr) return CountsFrom::nothing;
  const FollowedSeries& series = *place.series;
  if (series.of_other_boot && (series.first_sample || !scope.known)) return CountsFrom::boot;
  if (series.space_before && *series.space_before != reading.space) return CountsFrom::namespace_start;
  // An object that lives on in this very sample, under another name or beside this one, was not replaced by
  // it.
  const FollowedObject* before = series.current;
  if (before == nullptr || series.shared || followed.may_live_on(*before)) return CountsFrom::nothing;
  return CountsFrom::zero_if_lower;
}

}  // namespace collector
