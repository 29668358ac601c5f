#include "collector/spool/upgrade_dead_letters.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/series.h"
#include "collector/core/value.h"
#include "collector/formats/json_reader.h"
#include "collector/formats/member_reader.h"
#include "collector/formats/text_encoding.h"
#include "collector/spool/batch_codec.h"
#include "collector/spool/series_store.h"
#include "collector/spool/statements.h"

namespace collector {

using sqlite::SqliteResult;

namespace {

using Type = JsonValue::Type;
constexpr auto least = std::numeric_limits<std::int64_t>::min();
constexpr auto most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t most_32 = std::numeric_limits<std::uint32_t>::max();

// A text, or {"hex":…} of bytes that are not UTF-8.
std::string old_text(const JsonValue& value) {
  const JsonValue* hex = value.type == Type::object ? value.member("hex") : nullptr;
  if (hex == nullptr) return value.text;
  std::string out;
  for (std::size_t i = 0; i + 1 < hex->text.size(); i += 2) {
    unsigned char byte = 0;
    std::from_chars(hex->text.data() + i, hex->text.data() + i + 2, byte, 16);
    out += static_cast<char>(byte);
  }
  return out;
}

// Names are as they stand in 0.1.0, whose lines have no "format"; later "%FF" is a byte that is not UTF-8.
std::string old_name(std::string_view name, bool encoded) {
  return encoded ? decode_text(name) : std::string(name);
}

std::vector<Tag> old_tags(const JsonValue& object, bool encoded) {
  std::vector<Tag> tags;
  for (const auto& [name, value] : object.members)
    tags.push_back({old_name(name, encoded), old_text(value)});
  std::ranges::sort(tags);
  return tags;
}

bool read_old_cell(const Field& field, const JsonValue& value, Cell& cell) {
  if (value.type == Type::null) return true;
  if (value.type != Type::object) return false;
  MemberReader member(value);
  cell.present = true;
  const auto integer = [&](std::string_view key) { return member.integer(key, least, most); };
  const auto real = [&](std::string_view key) { return member.special_real(key); };
  if (field.kind == FieldKind::counter || field.kind == FieldKind::increment) {
    cell.counter = {integer("delta"), integer("total"), real("peak")};
  } else if (field.kind == FieldKind::state) {
    const JsonValue* text = value.member("text");
    if (text == nullptr) return false;
    cell.text = intern_text(old_text(*text));
  } else if (field.type == FieldType::real) {
    if (member.text("type") != "real") return false;
    cell.reals = {real("mean"), real("min"), real("max"), real("last")};
  } else {
    if (member.text("type") != "integer") return false;
    cell.integers = {integer("mean"), integer("min"), integer("max"), integer("last")};
  }
  return !member.failed();
}

std::optional<Batch> read_old(std::string_view payload, const SeriesStore& store, SeriesTable& table) {
  const auto object = read_json_object(payload);
  if (!object) return std::nullopt;
  MemberReader reader(*object);
  const bool encoded = object->member("format") != nullptr;
  Batch batch;
  Row row;
  row.start = reader.time("time");
  row.end = reader.time("end");
  row.samples = static_cast<std::uint32_t>(reader.integer("samples", 0, most_32));
  row.flags = reader.flags("flags");
  row.clock_steps = static_cast<std::uint32_t>(reader.integer("clock_steps", 0, most_32));
  const MeasurementPtr measurement = store.definition(old_name(reader.text("measurement"), encoded));
  const std::vector<Tag> tags = old_tags(reader.need("tags", Type::object), encoded);
  batch.labels = old_tags(reader.need("labels", Type::object), encoded);
  const JsonValue& fields = reader.need("fields", Type::object);
  if (reader.failed() || !measurement) return std::nullopt;
  row.series = table.intern(measurement, tags);
  const auto cells = batch.add(std::move(row));
  for (const auto& [name, value] : fields.members) {
    const auto index = measurement->field(old_name(name, encoded));
    if (!index || !read_old_cell(measurement->fields[*index], value, cells[*index])) return std::nullopt;
  }
  return batch;
}

}  // namespace

SqliteResult<> upgrade_dead_letters(const sqlite::Database& database, std::span<const MeasurementPtr> known) {
  SeriesTable table(std::numeric_limits<std::size_t>::max());
  auto series = SeriesStore::open(database, table, known);
  if (!series) return pass_on(series);
  auto old = database.prepare("SELECT id, payload FROM dead_letter_json ORDER BY id");
  if (!old) return pass_on(old);
  auto change = database.prepare("UPDATE dead_letter SET content = ?2, series = ?3 WHERE id = ?1");
  if (!change) return pass_on(change);
  std::vector<std::byte> content;
  while (true) {
    const auto found = old->step();
    if (!found) return pass_on(found);
    if (!*found) break;
    const auto batch = read_old(old->text(1), *series, table);
    if (!batch) continue;
    const auto ids = series->ids_of(batch->rows.front().series);
    if (!ids) return pass_on(ids);
    content.clear();
    encode_batch(*batch, std::span(&*ids, 1), content);
    change->bind(1, old->integer(0));
    change->bind_blob(2, content);
    change->bind(3, ids->series);
    if (auto done = change->run(); !done) return done;
  }
  return database.execute("DROP TABLE dead_letter_json");
}

}  // namespace collector
