#include "cli/scan_outputs.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/terminal.h"
#include "report/escape.h"
#include "report/grepable.h"
#include "report/nmap_xml.h"

namespace oddport {

OutputFile::OutputFile(std::unique_ptr<std::FILE, Close> file, const std::string& path)
    : file_(std::move(file)),
      stream_(file_ ? file_.get() : stdout),
      sink_(stream_, file_ ? path : "standard output") {}

std::unique_ptr<OutputFile> OutputFile::open(const std::string& path, std::string& error) {
  std::unique_ptr<std::FILE, Close> file;
  if (path != "-") {
    file.reset(std::fopen(path.c_str(), "wbe"));
    if (!file) {
      error = visible(fmt::format("{}: cannot be written: {}", path, std::strerror(errno)));
      return nullptr;
    }
  }
  return std::unique_ptr<OutputFile>(new OutputFile(std::move(file), path));
}

ScanOutputs::ScanOutputs(const ScanOptions& options) {
  for (const std::string* file :
       {&options.pcap_file, &options.xml_file, &options.ndjson_file, &options.grep_file})
    stdout_is_taken_ |= *file == "-";
  if (stdout_is_taken_ || options.dry_run) return;
  if (!options.watch) {
    records_ = make_writer(options.format, output_, options.row_limit, true);
  } else if (!is_terminal(stdout)) {
    records_ = make_rolling_writer(OutputFormat::table, output_, true);
  } else {
    auto view = std::make_unique<LiveView>(output_, true, options.row_limit);
    view_ = view.get();
    records_ = std::move(view);
  }
}

std::unique_ptr<ScanOutputs> ScanOutputs::open(const ScanOptions& options, std::string& error) {
  std::unique_ptr<ScanOutputs> outputs(new ScanOutputs(options));
  const std::pair<const std::string&, std::unique_ptr<OutputFile>&> files[] = {
      {options.ndjson_file, outputs->ndjson_file_},
      {options.xml_file, outputs->xml_},
      {options.grep_file, outputs->grep_}};
  for (const auto& [path, file] : files) {
    if (path.empty()) continue;
    file = OutputFile::open(path, error);
    if (!file) return nullptr;
  }
  if (outputs->ndjson_file_) outputs->ndjson_ = make_ndjson_writer(outputs->ndjson_file_->sink());
  return outputs;
}

void ScanOutputs::write(const Observation& observation, const Verdict& verdict) {
  if (records_) records_->write(observation, verdict);
  if (ndjson_) ndjson_->write(observation, verdict);
}

void ScanOutputs::flush() {
  output_.flush();
  if (ndjson_file_) ndjson_file_->sink().flush();
}

void ScanOutputs::finish(const ScanPlan& plan, std::span<const ScannedHost> hosts,
                         const ScanEnd& end) {
  const auto tell = [&](auto writer) {
    writer.begin(plan);
    for (const ScannedHost& host : hosts) writer.host(host);
    writer.end(end);
  };
  if (xml_) tell(NmapXml(xml_->sink()));
  if (grep_) tell(Grepable(grep_->sink()));
  if (records_) {
    records_->finish();
    output_.append(below_);
  }
  if (ndjson_) ndjson_->finish();
  flush();
}

std::vector<std::string> ScanOutputs::failures() const {
  std::vector<std::string> all;
  if (output_.failed() && !output_.reader_left()) all.push_back(output_.error());
  for (const auto* file : {&ndjson_file_, &xml_, &grep_})
    if (*file && (*file)->sink().failed()) all.push_back((*file)->sink().error());
  return all;
}

}  // namespace oddport
