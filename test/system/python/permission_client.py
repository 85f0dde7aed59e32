"""Asks a service all that it can be asked, with nothing of Pemba but the descriptors of its .proto files.

Usage: /usr/bin/python3 test/system/python/permission_client.py ADDRESS STORE DESCRIPTOR_SET

Needs Debian's packages: apt-get install -y python3-grpcio python3-protobuf

The store has a schema and no tuples. Prints what the service answered, as JSON with the names of proto3.
"""

import json
import sys
import threading

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format

from reflection_check import Reflection, call_health, collect, fill, message_class, methods_of, parsed

TIMEOUT_S = 20
SERVICE = "pemba.v1.PermissionService"


class Service:
    """Calls the methods of a service by name; requests are given as JSON."""

    def __init__(self, channel, pool, name):
        self.channel, self.pool = channel, pool
        self.methods = {method.name: method for method in pool.FindServiceByName(name).methods}
        self.name = name

    def call(self, method_name, **request):
        method = self.methods[method_name]
        request_class = message_class(self.pool, method.input_type.full_name)
        response_class = message_class(self.pool, method.output_type.full_name)
        # Debian 12's descriptors do not say whether a method streams; its proto does.
        proto = descriptor_pb2.MethodDescriptorProto()
        method.CopyToProto(proto)
        make = self.channel.unary_stream if proto.server_streaming else self.channel.unary_unary
        call = make(
            f"/{self.name}/{method_name}",
            request_serializer=request_class.SerializeToString,
            response_deserializer=response_class.FromString,
        )
        return call(json_format.ParseDict(request, request_class()), timeout=TIMEOUT_S)


def pool_of_set(path):
    """What protoc or buf write from the .proto files."""
    with open(path, "rb") as file:
        files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
    pool = descriptor_pool.DescriptorPool()
    fill(pool, {file.name: file.SerializeToString() for file in files}, lambda pool, file: pool.Add(parsed(file)))
    return pool


def as_json(message):
    return json_format.MessageToDict(message)


def update(object_, relation, subject, operation="OPERATION_TOUCH"):
    return {"operation": operation, "tuple": {"object": object_, "relation": relation, "subject": subject}}


def refusal(call):
    """The status, reason and field of a call that has to fail."""
    try:
        call()
    except grpc.RpcError as error:
        trailers = dict(error.trailing_metadata())
        return {
            "code": error.code().name,
            "reason": trailers.get("pemba-reason"),
            "field": trailers.get("pemba-field"),
        }
    raise AssertionError("it did not fail")


def pages(permissions, method, **request):
    """All results, a page at a time; each page must hold what was asked for."""
    found, token = [], ""
    while True:
        received = [as_json(part) for part in permissions.call(method, pageSize=2, pageToken=token, **request)]
        results = [result for part in received for result in part.get("results", [])]
        token = received[-1].get("nextPageToken", "")
        found.append([result["id"] for result in results])
        if token == "":
            return found


def watch(permissions, store, after):
    """What a watch says until a tuple of another relation was filtered out and the wanted one came."""
    call = permissions.call("Watch", store=store, after=after, filters=[{"relation": "banned"}], heartbeat="1s")
    changes, heartbeats = [], 0
    for event in call:
        changes += as_json(event).get("changes", [])
        heartbeats += len(event.changes) == 0
        if changes and heartbeats:
            call.cancel()
            break
    # What is left says how it ended.
    return {"changes": changes, "end": refusal_of_stream(call)}


def refusal_of_stream(call):
    try:
        for _ in call:
            pass
    except grpc.RpcError as error:
        return error.code().name
    return call.code().name


def ask_everything(permissions, store):
    tuples = [update(f"space:{name}", "reader", "team:ml#member") for name in ("a", "b", "c", "d", "e")]
    tuples += [update("team:ml", "member", f"user:{name}") for name in ("ada", "bob", "cid")]
    written = as_json(permissions.call("Write", store=store, updates=tuples, metadata={"n": 1}))
    fresh = {"store": store, "consistency": {"atLeastAsFresh": written["zookie"]}}
    ada = {"object": "space:a", "relation": "read", "subject": "user:ada"}
    unknown = {**ada, "relation": "raed"}
    answers = {
        "check": as_json(permissions.call("Check", **fresh, **ada))["answer"],
        "batch": as_json(permissions.call("BatchCheck", **fresh, items=[ada, unknown]))["results"],
        "read": as_json(permissions.call("Read", **fresh, filter={"object": "team"}))["tuples"],
        "expand": as_json(permissions.call("Expand", **fresh, object="space:a", relation="read"))["nodes"],
        "explain": as_json(permissions.call("Explain", **fresh, **ada)),
        "misses": as_json(permissions.call("Explain", **fresh, **{**ada, "subject": "user:dan"})),
        "permissions": as_json(
            permissions.call("ListPermissions", **fresh, object="space:a", subject="user:ada")
        )["permissions"],
        "resources": pages(
            permissions, "LookupResources", store=store, resourceType="space", relation="read", subject="user:ada"
        ),
        "subjects": pages(
            permissions, "LookupSubjects", store=store, object="space:a", relation="read", subjectType="user"
        ),
        "refusal": refusal(lambda: permissions.call("Check", store=store, **unknown)),
        "stream refusal": refusal(
            lambda: list(
                permissions.call(
                    "LookupResources", store=store, resourceType="spce", relation="read", subject="user:ada"
                )
            )
        ),
    }
    changing = threading.Timer(
        0.2,
        lambda: [
            permissions.call("Write", store=store, updates=[update("space:b", "writer", "user:bob")]),
            permissions.call("Write", store=store, updates=[update("space:b", "banned", "user:bob")]),
        ],
    )
    changing.start()
    answers["watch"] = watch(permissions, store, written["zookie"])
    changing.join()
    answers["deleted"] = as_json(
        permissions.call(
            "Write", store=store, updates=[update("space:b", "banned", "user:bob", "OPERATION_DELETE")]
        )
    )
    return answers


def main():
    address, store, descriptor_set = sys.argv[1:]
    with grpc.insecure_channel(address) as channel:
        answers = ask_everything(Service(channel, pool_of_set(descriptor_set), SERVICE), store)
        reflected = descriptor_pool.DescriptorPool()
        reflection = Reflection(channel, "v1")
        fill(reflected, collect(reflection), lambda pool, file: pool.Add(parsed(file)))
        call_health(channel, reflected)
        answers["reflected"] = [method.name for method in methods_of(reflected, [SERVICE])]
        again = Service(channel, reflected, SERVICE)
        question = {"object": "space:a", "relation": "read", "subject": "user:dan"}
        answers["reflected check"] = as_json(again.call("Check", store=store, **question))["answer"]
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
