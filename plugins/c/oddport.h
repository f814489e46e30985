/* liboddport: what is that doing on this port? The classifier, the flow table and the port registry for programs in C.
 *
 * Ownership: what a function named *_new, oddport_classify or oddport_flows_verdict puts behind a pointer is the caller's, to be
 * given back to the *_free of its type; NULL may be given to any *_free. Texts that a getter returns belong to the object that
 * was asked and hold until that is freed; they end in a NUL, and NULL means
 * that there is none. They may quote strangers: show them as text, never as markup. What the caller passes in is not kept beyond the
 * call, but for a classifier, which must outlive the flows that use it.
 *
 * Threads: a classifier never changes and may be used by any number of threads at once, as may ports and verdicts. Flows belong
 * to one thread at a time.
 *
 * Errors: functions that can fail return 0 (ODDPORT_OK) or another enum oddport_status; what they would have filled is then NULL
 * or 0, but where something else is said. Nothing is thrown across this border.
 *
 * Growth: callers set `size` of a structure to its sizeof. A later version only appends members, and reads as many as were given.
 */
#ifndef ODDPORT_H
#define ODDPORT_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define ODDPORT_API __attribute__((visibility("default")))
#else
#define ODDPORT_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum oddport_status {
  ODDPORT_OK = 0,
  ODDPORT_BAD_ARGUMENT =
      1, /* NULL where something must be, a number out of its range, a text that cannot be read */
  ODDPORT_BAD_RULES =
      2, /* of oddport_classifier_new alone, which then has made a classifier without the bad rules */
  ODDPORT_NO_MEMORY = 3,
  ODDPORT_FAILED = 4 /* anything else: a defect of the library */
};

enum oddport_transport { ODDPORT_TCP = 0, ODDPORT_UDP = 1 };
enum oddport_side { ODDPORT_CLIENT = 0, ODDPORT_SERVER = 1 };

ODDPORT_API const char* oddport_version(void);           /* of the program: "0.1.0" */
ODDPORT_API const char* oddport_registry_date(void);     /* of IANA's file: "2026-08-17" */
ODDPORT_API const char* oddport_status_text(int status); /* never NULL */

/* ---- The classifier: which ports are watched, and a user's rules (docs/rules.md). */

typedef struct oddport_classifier oddport_classifier;

struct oddport_settings {
  size_t size;
  const char* ports;             /* "500-1023", "512,520-530"; NULL: 500-1023 */
  const char* const* rule_files; /* TOML */
  size_t rule_file_count;
  int default_rules; /* not 0: also ~/.config/oddport/rules.d and /etc/oddport/rules.d */
  int no_ndpi; /* not 0: do not ask nDPI about payload that nothing else names; it may not be built in */
};

/* `settings` may be NULL: the defaults, no rules. `problems` may be NULL; else it receives what is wrong with the rules or with the ports, a line
 * each, to be freed by oddport_text_free, or NULL where nothing is. */
ODDPORT_API int oddport_classifier_new(const struct oddport_settings* settings,
                                       oddport_classifier** classifier, char** problems);
ODDPORT_API void oddport_classifier_free(oddport_classifier* classifier);
ODDPORT_API int oddport_watches(const oddport_classifier* classifier, uint16_t port); /* 1 or 0 */
ODDPORT_API void oddport_text_free(char* text);

/* ---- Verdicts. docs/records.md says what each of these words means. */

typedef struct oddport_verdict oddport_verdict;

ODDPORT_API void oddport_verdict_free(oddport_verdict* verdict);
/* "expected", "legacy", "unofficial", "unknown", or "silent" of a conversation without any byte. */
ODDPORT_API const char* oddport_verdict_label(const oddport_verdict* verdict);
ODDPORT_API const char* oddport_verdict_protocol(
    const oddport_verdict* verdict); /* NULL: none recognized */
ODDPORT_API const char* oddport_verdict_certainty(
    const oddport_verdict* verdict); /* "none", "hint", "likely", "confirmed" */
ODDPORT_API const char* oddport_verdict_era(
    const oddport_verdict* verdict); /* "current", "niche", "obsolete", NULL */
ODDPORT_API const char* oddport_verdict_role(
    const oddport_verdict* verdict); /* "service", "client-port" */
ODDPORT_API const char* oddport_verdict_reason(const oddport_verdict* verdict);
ODDPORT_API uint16_t
oddport_verdict_port(const oddport_verdict* verdict); /* that label and assignment speak of */
/* "assigned", "ghost", "reserved", "removed", "unassigned"; and the service's name, or NULL. */
ODDPORT_API const char* oddport_verdict_assignment(const oddport_verdict* verdict);
ODDPORT_API const char* oddport_verdict_service(const oddport_verdict* verdict);
/* 1 where roles were guessed and the side that was given as the client turned out to serve. Of flows, whose ends nobody gave: 0. */
ODDPORT_API int oddport_verdict_turned(const oddport_verdict* verdict);
/* The lines number 0, 1, ...; NULL from the first that is not there. */
ODDPORT_API const char* oddport_verdict_evidence(const oddport_verdict* verdict, size_t index);
ODDPORT_API const char* oddport_verdict_trait(const oddport_verdict* verdict, size_t index);
ODDPORT_API const char* oddport_verdict_rule(const oddport_verdict* verdict, size_t index);

/* ---- One conversation, told by the caller. */

struct oddport_message {
  int from; /* enum oddport_side */
  const void* bytes;
  size_t length;      /* of bytes */
  size_t wire_length; /* of the message; 0: as many as there are */
};

struct oddport_talk {
  size_t size;
  int transport; /* enum oddport_transport */
  uint16_t server_port;
  uint16_t client_port; /* 0: not known */
  /* In order of time: UDP datagrams, or pieces of TCP streams. 4096 bytes a side and 32 messages are looked at. */
  const struct oddport_message* messages;
  size_t message_count;
  int roles_guessed; /* not 0: payload and ports are to settle who serves */
  int one_sided;     /* not 0: the other side was not listened to (TCP) */
  int late_client;   /* not 0: bytes that came before those of the client are missing (TCP) */
  int late_server;
};

ODDPORT_API int oddport_classify(const oddport_classifier* classifier,
                                 const struct oddport_talk* talk, oddport_verdict** verdict);

/* ---- Flows: captured packets in, a verdict a conversation out, the same as those of `oddport read`. */

typedef struct oddport_flows oddport_flows;

struct oddport_packet {
  size_t size;
  const void* bytes; /* from its link-layer header on */
  size_t length;     /* captured */
  size_t wire_length;
  int64_t time;       /* nanoseconds since 1970-01-01T00:00:00Z */
  uint16_t link_type; /* tcpdump.org's LINKTYPE_: 1 is Ethernet */
};

ODDPORT_API int oddport_flows_new(const oddport_classifier* classifier, oddport_flows** flows);
ODDPORT_API void oddport_flows_free(oddport_flows* flows);
/* `flow` receives the number of the packet's conversation, from 1; 0 where it touches no watched port. Packets are to come in the
 * order of the capture. 100,000 conversations are followed at a time; verdicts are kept until the flows are freed. */
ODDPORT_API int oddport_flows_add(oddport_flows* flows, const struct oddport_packet* packet,
                                  uint64_t* flow);
/* No more packets: all conversations end. Packets that are added all the same begin new ones. */
ODDPORT_API int oddport_flows_finish(oddport_flows* flows);
/* Of a conversation that still goes on: the verdict so far. */
ODDPORT_API int oddport_flows_verdict(oddport_flows* flows, uint64_t flow,
                                      oddport_verdict** verdict);

/* ---- The port registry. */

typedef struct oddport_port oddport_port;

/* All that is registered of a port, the assigned services first; no row at all of most ports outside of 500-1023. */
ODDPORT_API int oddport_port_new(uint16_t number, int transport, oddport_port** port);
ODDPORT_API void oddport_port_free(oddport_port* port);
ODDPORT_API size_t oddport_port_rows(const oddport_port* port);
/* Of the row number 0, 1, ...; NULL of rows that are not there, and where the registry does not say. */
ODDPORT_API const char* oddport_port_status(const oddport_port* port,
                                            size_t row); /* as oddport_verdict_assignment */
ODDPORT_API const char* oddport_port_service(const oddport_port* port, size_t row);
ODDPORT_API const char* oddport_port_description(const oddport_port* port, size_t row);
ODDPORT_API const char* oddport_port_registered(const oddport_port* port,
                                                size_t row); /* "2002-03-01", "1992-07" */
ODDPORT_API const char* oddport_port_changed(const oddport_port* port, size_t row);
ODDPORT_API const char* oddport_port_reference(const oddport_port* port,
                                               size_t row); /* "RFC 5426" */

#ifdef __cplusplus
}
#endif

#endif
