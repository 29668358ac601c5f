#include "collector/spool/state_store.h"

#include <fmt/format.h>

#include "collector/spool/definition_codec.h"
#include "collector/spool/statements.h"

namespace collector {

using sqlite::SqliteResult;

SqliteResult<StateStore> StateStore::open(const sqlite::Database& database) {
  StateStore store;
  auto prepared = prepare_all(
      database,
      {{&store.load_,
        "SELECT source, epoch, machine, created, last_sequence, removed_through, clock_steps, age, wall, "
        "day, labels, compared, compared_age, retention, last_number "
        "FROM state"},
       {&store.save_,
        "INSERT OR REPLACE INTO state(id, source, epoch, machine, created, last_sequence, removed_through, "
        "clock_steps, age, wall, day, labels, compared, compared_age, retention, last_number) VALUES(1, ?1, "
        "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"}});
  if (!prepared) return pass_on(prepared);
  return store;
}

SqliteResult<std::optional<SpoolState>> StateStore::load() {
  const auto row = load_.step();
  if (!row) return pass_on(row);
  if (!*row) return std::nullopt;
  SpoolState state;
  state.source = to_uuid(load_.blob(0));
  state.epoch = to_uuid(load_.blob(1));
  state.machine = load_.text(2);
  state.created_s = load_.integer(3);
  state.last_sequence = from_column(load_.integer(4));
  state.removed_through = from_column(load_.integer(5));
  state.clock_steps = static_cast<std::uint32_t>(load_.integer(6));
  state.age_ms = load_.integer(7);
  state.wall_ms = load_.integer(8);
  state.day = load_.integer(9);
  state.labels = parse_tags(load_.text(10));
  state.compared_ms = load_.integer(11);
  state.compared_age_ms = load_.integer(12);
  state.retention = load_.text(13);
  state.last_number = from_column(load_.integer(14));
  load_.reset();
  return state;
}

SqliteResult<> StateStore::save(const SpoolState& state) {
  save_.bind_blob(1, uuid_bytes(state.source));
  save_.bind_blob(2, uuid_bytes(state.epoch));
  save_.bind(3, state.machine);
  save_.bind(4, state.created_s);
  save_.bind(5, to_column(state.last_sequence));
  save_.bind(6, to_column(state.removed_through));
  save_.bind(7, std::int64_t{state.clock_steps});
  save_.bind(8, state.age_ms);
  save_.bind(9, state.wall_ms);
  save_.bind(10, state.day);
  save_.bind(11, tags_text(state.labels));
  save_.bind(12, state.compared_ms);
  save_.bind(13, state.compared_age_ms);
  save_.bind(14, state.retention);
  save_.bind(15, to_column(state.last_number));
  return save_.run();
}

std::string machine_fingerprint(const std::string& machine_id) {
  if (machine_id.empty()) return {};
  std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a
  for (const char c : "collector:" + machine_id) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3U;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace collector
