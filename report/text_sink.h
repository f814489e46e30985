// Where written text goes: gathered in one large buffer, then handed to a file or kept in memory;
// the first failure is remembered.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace oddport {

class TextSink {
 public:
  virtual ~TextSink() = default;
  TextSink() = default;
  TextSink(const TextSink&) = delete;
  TextSink& operator=(const TextSink&) = delete;

  // Writers append here, whole records at a time, and then call commit().
  std::string& buffer() { return buffer_; }
  // Hands the buffer on once it is large.
  void commit() {
    if (buffer_.size() >= drain_at) drain();
  }
  void append(std::string_view text) {
    buffer_.append(text);
    commit();
  }
  // Hands on all there is, down to the operating system.
  void flush();

  // From the first write that failed on, text is dropped: nobody could read it, and memory stays
  // bounded.
  bool failed() const { return error_number_ != 0; }
  // The reader went away (EPIPE), as `head` does: worth stopping for, seldom worth a complaint.
  bool reader_left() const;
  // "standard output: No space left on device"; empty while all is well.
  std::string error() const;

 protected:
  // 256 KiB: large enough that the system calls do not show, small enough to stay in the cache.
  static constexpr std::size_t drain_at = std::size_t{256} * 1024;

  // Puts the text where it belongs. Returns 0, or the errno of the failure.
  virtual int put(std::string_view text) = 0;
  virtual int put_through() { return 0; }
  virtual std::string_view name() const { return "memory"; }

 private:
  void drain();

  std::string buffer_;
  std::atomic<int> error_number_{0};  // one thread writes, another may ask whether it goes on
};

// Writes to a stream that the caller opened, and closes after the last flush(). For a broken pipe
// to be told as an error instead of ending the program, the program must ignore SIGPIPE.
class FileSink final : public TextSink {
 public:
  // `name` is for error messages: "standard output", or the file's name.
  FileSink(std::FILE* file, std::string_view name);

 protected:
  int put(std::string_view text) override;
  int put_through() override;
  std::string_view name() const override { return name_; }

 private:
  std::FILE* file_;
  std::string name_;
};

// Keeps everything in memory: for tests, and for output that is short.
class MemorySink final : public TextSink {
 public:
  // All text so far.
  const std::string& text();

 protected:
  int put(std::string_view text) override;

 private:
  std::string text_;
};

}  // namespace oddport
