#include "collector/history/bucket.h"

#include "collector/core/saturated.h"

namespace collector::history {
namespace {

double number(const Datum& datum) {
  if (const auto* integer = std::get_if<std::int64_t>(&datum)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&datum)) return *real;
  return 0;
}

std::int64_t integer(const Datum& datum) {
  const auto* exact = std::get_if<std::int64_t>(&datum);
  return exact != nullptr ? *exact : saturated_round(number(datum));
}

// Integers are compared as such: a double does not hold all of them.
bool less(const Datum& a, const Datum& b) {
  const auto* left = std::get_if<std::int64_t>(&a);
  const auto* right = std::get_if<std::int64_t>(&b);
  return left != nullptr && right != nullptr ? *left < *right : number(a) < number(b);
}

// The mean of `a` over `a_span` and `b` over `b_span`. Never rounded to an integer: a mean is taken in again
// and again, and would stay where it is when each step is less than a half.
double mean_of(const Datum& a, std::int64_t a_span, const Datum& b, std::int64_t b_span) {
  const auto total = static_cast<double>(a_span) + static_cast<double>(b_span);
  if (total <= 0) return number(b);
  // As a distance from the one: exact where both are the same, and no sum to overflow.
  return number(a) + (number(b) - number(a)) * (static_cast<double>(b_span) / total);
}

// One column of `into`, which had readings for `into_span`, takes in a value that had them for `span`.
// Returns whether it is the new highest.
bool take(const BucketColumn& column, Datum& into, std::int64_t into_span, const Datum& value,
          std::int64_t span, bool newer) {
  if (is_null(value)) return false;
  if (is_null(into)) {
    into = value;
    return true;
  }
  switch (column.statistic) {
    case Statistic::sum:
      into = saturated_sum(integer(into), integer(value));
      break;
    case Statistic::highest:
      if (!less(into, value)) return false;
      into = value;
      return true;
    case Statistic::lowest:
      if (less(value, into)) into = value;
      break;
    case Statistic::mean:
      into = mean_of(into, into_span, value, span);
      break;
    case Statistic::last:
      if (newer) into = value;
      break;
    case Statistic::when:
    case Statistic::unobserved:
      break;
  }
  return false;
}

// More of a column's span in which there was no reading.
void add_unobserved(Bucket& bucket, std::size_t column, std::int64_t milliseconds) {
  if (milliseconds == 0) return;
  bucket.unobserved.resize(bucket.data.size());
  bucket.unobserved[column] = saturated_sum(bucket.unobserved[column], milliseconds);
}

}  // namespace

void Bucket::add(std::span<const BucketColumn> columns, const RowTime& time, const Part& part,
                 std::int64_t row_flags, std::span<const Datum> row) {
  data.resize(columns.size());
  bool is_highest = false;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const BucketColumn& column = columns[i];
    if (column.statistic == Statistic::unobserved) continue;
    const bool is_told = !is_null(row[column.source]) || !column.instead;
    const Datum& value = row[is_told ? column.source : *column.instead];
    if (column.statistic == Statistic::when) {
      if (is_highest) data[i] = std::max(time.start, part.bucket);
    } else if (column.statistic == Statistic::mean && is_null(value)) {
      add_unobserved(*this, i, part.length());
    } else if (column.statistic == Statistic::sum && !is_null(value)) {
      (void)take(column, data[i], span, part.of(integer(value)), part.length(), true);
    } else {
      is_highest = take(column, data[i], observed(i), value, part.length(), true);
    }
  }
  span = saturated_sum(span, part.length());
  flags |= row_flags;
}

void Bucket::merge(std::span<const BucketColumn> columns, const Bucket& other, bool newer) {
  data.resize(columns.size());
  bool is_highest = false;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].statistic == Statistic::unobserved) continue;
    if (columns[i].statistic == Statistic::when) {
      if (is_highest) data[i] = other.data[i];
    } else {
      is_highest = take(columns[i], data[i], observed(i), other.data[i], other.observed(i), newer);
      if (columns[i].statistic == Statistic::mean) add_unobserved(*this, i, other.span - other.observed(i));
    }
  }
  span = saturated_sum(span, other.span);
  flags |= other.flags;
}

}  // namespace collector::history
