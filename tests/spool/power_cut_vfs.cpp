#include "tests/spool/power_cut_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace collector::test {
namespace {

constexpr std::size_t sector = 512;

void perform(std::vector<unsigned char>& content, const PowerCutVfs::Write& write) {
  if (write.truncation) {
    content.resize(write.offset);
    return;
  }
  if (content.size() < write.offset + write.bytes.size()) content.resize(write.offset + write.bytes.size());
  std::ranges::copy(write.bytes, content.begin() + static_cast<std::ptrdiff_t>(write.offset));
}

// What SQLite sees as its open file.
struct Handle : sqlite3_file {
  PowerCutVfs* disk = nullptr;
  std::shared_ptr<PowerCutVfs::File> file;
  std::string path;
  bool delete_on_close = false;
};
Handle& handle_of(sqlite3_file* file) {
  return *static_cast<Handle*>(file);
}

int close_file(sqlite3_file* file) {
  Handle& handle = handle_of(file);
  if (handle.delete_on_close) handle.disk->remove(handle.path);
  handle.~Handle();
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* to, int amount, sqlite3_int64 offset) {
  const Handle& handle = handle_of(file);
  if (handle.disk->is_cut()) return SQLITE_IOERR_READ;
  const auto& content = handle.file->content;
  const auto size = static_cast<std::size_t>(amount);
  const auto start = std::min(static_cast<std::size_t>(offset), content.size());
  const std::size_t there = std::min(size, content.size() - start);
  std::memset(to, 0, size);
  if (there != 0) std::memcpy(to, content.data() + start, there);
  return there == size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
  const Handle& handle = handle_of(file);
  const auto* bytes = static_cast<const unsigned char*>(from);
  return handle.disk->write(*handle.file, {static_cast<std::size_t>(offset), {bytes, bytes + amount}, false});
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  const Handle& handle = handle_of(file);
  return handle.disk->write(*handle.file, {static_cast<std::size_t>(size), {}, true});
}

int sync_file(sqlite3_file* file, int) {
  return handle_of(file).disk->sync(*handle_of(file).file);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(handle_of(file).file->content.size());
  return handle_of(file).disk->is_cut() ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

int map_shared(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  auto& regions = handle_of(file).file->shared_memory;
  const auto wanted = static_cast<std::size_t>(region);
  while (extend != 0 && regions.size() <= wanted)
    regions.push_back(std::make_unique<std::vector<unsigned char>>(static_cast<std::size_t>(size)));
  *out = wanted < regions.size() ? regions[wanted]->data() : nullptr;
  return SQLITE_OK;
}

int unmap_shared(sqlite3_file* file, int remove) {
  if (remove != 0) handle_of(file).file->shared_memory.clear();
  return SQLITE_OK;
}

// One connection only: nobody to be locked out.
int no_lock(sqlite3_file*, int) {
  return SQLITE_OK;
}
int no_shared_lock(sqlite3_file*, int, int, int) {
  return SQLITE_OK;
}
int nobody_reserved(sqlite3_file*, int* out) {
  *out = 0;
  return SQLITE_OK;
}
int no_control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file*) {
  return sector;
}
int no_promises(sqlite3_file*) {
  return 0;
}
void no_barrier(sqlite3_file*) {}

const sqlite3_io_methods methods{2,          close_file,   read_file,   write_file, truncate_file,
                                 sync_file,  file_size,    no_lock,     no_lock,    nobody_reserved,
                                 no_control, sector_size,  no_promises, map_shared, no_shared_lock,
                                 no_barrier, unmap_shared, nullptr,     nullptr};

PowerCutVfs& disk_of(sqlite3_vfs* vfs) {
  return *static_cast<PowerCutVfs*>(vfs->pAppData);
}

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  PowerCutVfs& disk = disk_of(vfs);
  file->pMethods = nullptr;
  if (disk.is_cut()) return SQLITE_CANTOPEN;
  const std::string name = path != nullptr ? path : "temporary";
  if (disk.find(name) == nullptr && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
  auto* handle = new (file) Handle();
  handle->pMethods = &methods;
  handle->disk = &disk;
  handle->path = name;
  handle->file = disk.find_or_make(name);
  handle->delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  if (disk.is_read_only(name))
    flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int) {
  PowerCutVfs& disk = disk_of(vfs);
  if (const int code = disk.begin_operation(); code != SQLITE_OK) return code;
  disk.remove(path);
  return SQLITE_OK;
}

int access_file(sqlite3_vfs* vfs, const char* path, int, int* out) {
  *out = disk_of(vfs).find(path) != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* path, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", path);
  return SQLITE_OK;
}

int some_randomness(sqlite3_vfs*, int size, char* out) {
  sqlite3_vfs* real = sqlite3_vfs_find(nullptr);
  return real->xRandomness(real, size, out);
}
int no_sleep(sqlite3_vfs*, int) {
  return 0;
}
int current_time(sqlite3_vfs*, double* out) {
  *out = 2461000.5;
  return SQLITE_OK;
}
int last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

}  // namespace

PowerCutVfs::PowerCutVfs() : vfs_(std::make_unique<sqlite3_vfs>()) {
  static int made = 0;
  name_ = "power-cut-" + std::to_string(++made);
  vfs_->iVersion = 1;
  vfs_->szOsFile = sizeof(Handle);
  vfs_->mxPathname = 512;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = open_file;
  vfs_->xDelete = delete_file;
  vfs_->xAccess = access_file;
  vfs_->xFullPathname = full_path;
  vfs_->xRandomness = some_randomness;
  vfs_->xSleep = no_sleep;
  vfs_->xCurrentTime = current_time;
  vfs_->xGetLastError = last_error;
  sqlite3_vfs_register(vfs_.get(), 0);
}

PowerCutVfs::~PowerCutVfs() {
  sqlite3_vfs_unregister(vfs_.get());
}

std::shared_ptr<PowerCutVfs::File> PowerCutVfs::find(const std::string& path) {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : found->second;
}

std::shared_ptr<PowerCutVfs::File> PowerCutVfs::find_or_make(const std::string& path) {
  auto& file = files_[path];
  if (!file) file = std::make_shared<File>();
  return file;
}

void PowerCutVfs::cut_after(std::uint64_t operations) {
  cut_planned_ = true;
  operations_left_ = operations;
}

int PowerCutVfs::begin_operation() {
  ++operations_;
  if (cut_planned_ && !cut_ && operations_left_-- == 0) cut_ = true;
  return cut_ ? SQLITE_IOERR_WRITE : SQLITE_OK;
}

int PowerCutVfs::write(File& file, Write write) {
  const bool was_cut = cut_;
  if (const int code = begin_operation(); code != SQLITE_OK) {
    // The write during which the power goes may reach the disk in part.
    if (!was_cut) file.pending.push_back(std::move(write));
    return code;
  }
  if (write_error_ != 0) return write_error_;
  perform(file.content, write);
  file.pending.push_back(std::move(write));
  return SQLITE_OK;
}

int PowerCutVfs::sync(File& file) {
  if (const int code = begin_operation(); code != SQLITE_OK) return code;
  ++syncs_;
  for (const Write& write : file.pending)
    perform(file.durable, write);
  file.pending.clear();
  return SQLITE_OK;
}

void PowerCutVfs::restore_power(std::mt19937_64& random) {
  // From nothing to everything of what was on its way.
  const std::uint64_t kept_of_four = random() % 5;
  for (auto& [path, file] : files_) {
    for (const Write& write : file->pending) {
      if (write.truncation) {
        if (random() % 2 == 0) perform(file->durable, write);
        continue;
      }
      for (std::size_t at = 0; at < write.bytes.size(); at += sector) {
        if (random() % 4 >= kept_of_four) continue;
        const auto begin = write.bytes.begin() + static_cast<std::ptrdiff_t>(at);
        const auto end = begin + static_cast<std::ptrdiff_t>(std::min(sector, write.bytes.size() - at));
        perform(file->durable, {write.offset + at, {begin, end}, false});
      }
    }
    file->pending.clear();
    file->content = file->durable;
    file->shared_memory.clear();
  }
  cut_ = cut_planned_ = false;
}

void PowerCutVfs::copy_directory(std::string_view from, std::string_view to) {
  std::map<std::string, std::shared_ptr<File>> copies;
  for (const auto& [path, file] : files_) {
    if (!path.starts_with(std::string(from) + "/")) continue;
    auto copy = std::make_shared<File>();
    copy->content = copy->durable = file->content;
    copies.emplace(std::string(to) + path.substr(from.size()), std::move(copy));
  }
  std::erase_if(files_, [&](const auto& entry) { return entry.first.starts_with(std::string(to) + "/"); });
  files_.merge(copies);
}

}  // namespace collector::test
