// A disk in memory for SQLite that can lose its power: what was written but not synced survives only in part,
// sector by sector. It also counts syncs and can be full or broken. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3_vfs;

namespace collector::test {

class PowerCutVfs {
 public:
  PowerCutVfs();
  ~PowerCutVfs();
  PowerCutVfs(const PowerCutVfs&) = delete;
  PowerCutVfs& operator=(const PowerCutVfs&) = delete;

  const std::string& name() const { return name_; }

  // The power goes after this many more writes, truncations and syncs; from then on every call fails.
  void cut_after(std::uint64_t operations);
  bool is_cut() const { return cut_; }
  // Power is back: of what was not synced, each sector is there or not, at random.
  void restore_power(std::mt19937_64& random);
  // Writes fail with this SQLite code; 0: they work.
  void fail_writes(int code) { write_error_ = code; }
  // Files whose names end so are opened for reading only, whatever is asked for; empty: none.
  void open_read_only(std::string ending) { read_only_ending_ = std::move(ending); }
  bool is_read_only(std::string_view path) const {
    return !read_only_ending_.empty() && path.ends_with(read_only_ending_);
  }

  // Copies every file of one directory to another, as a program would that reads them now.
  void copy_directory(std::string_view from, std::string_view to);

  std::uint64_t syncs() const { return syncs_; }
  std::uint64_t operations() const { return operations_; }

  struct Write {
    std::size_t offset = 0;
    std::vector<unsigned char> bytes;
    bool truncation = false;  // to `offset`
  };
  struct File {
    std::vector<unsigned char> content;  // as programs see it
    std::vector<unsigned char> durable;
    std::vector<Write> pending;
    std::vector<std::unique_ptr<std::vector<unsigned char>>> shared_memory;
  };

  // For the callbacks.
  std::shared_ptr<File> find(const std::string& path);
  std::shared_ptr<File> find_or_make(const std::string& path);
  void remove(const std::string& path) { files_.erase(path); }
  int begin_operation();  // SQLite code
  int write(File& file, Write write);
  int sync(File& file);

 private:
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::map<std::string, std::shared_ptr<File>> files_;
  std::uint64_t operations_ = 0;
  std::uint64_t operations_left_ = 0;
  bool cut_planned_ = false;
  bool cut_ = false;
  int write_error_ = 0;
  std::string read_only_ending_;
  std::uint64_t syncs_ = 0;
};

}  // namespace collector::test
