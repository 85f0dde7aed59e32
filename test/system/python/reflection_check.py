"""Reads all that a server offers by gRPC reflection, and gives it to Google's own descriptor pool.

Usage: /usr/bin/python3 test/system/python/reflection_check.py ADDRESS

Needs Debian's packages: apt-get install -y python3-grpcio python3-protobuf

The pool rejects descriptors that are incomplete or do not fit together. Fails if it rejects one, if a
descriptor changes on its way through the pool, or if a call with messages made from them fails. Prints the
methods it found, one a line.
"""

import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

RPC_TIMEOUT_S = 10


def reflection_messages(version):
    """The messages of reflection: Debian has no generated module for them, so the fields needed are here."""
    package = f"grpc.reflection.{version}"
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name=f"own/{version}.proto", package=package, syntax="proto3")

    def message(name, *fields):
        proto = file.message_type.add(name=name)
        for number, field_name, kind, repeated in fields:
            added = proto.field.add(name=field_name, number=number)
            added.label = field.LABEL_REPEATED if repeated else field.LABEL_OPTIONAL
            if isinstance(kind, str):
                added.type, added.type_name = field.TYPE_MESSAGE, f".{package}.{kind}"
            else:
                added.type = kind

    def one_of(name, *numbers):
        proto = file.message_type[-1]
        proto.oneof_decl.add(name=name)
        for each in proto.field:
            if each.number in numbers:
                each.oneof_index = 0

    text, number = field.TYPE_STRING, field.TYPE_INT32
    message(
        "ServerReflectionRequest",
        (1, "host", text, False),
        (3, "file_by_filename", text, False),
        (4, "file_containing_symbol", text, False),
        (7, "list_services", text, False),
    )
    one_of("message_request", 3, 4, 7)
    message("FileDescriptorResponse", (1, "file_descriptor_proto", field.TYPE_BYTES, True))
    message("ServiceResponse", (1, "name", text, False))
    message("ListServiceResponse", (1, "service", "ServiceResponse", True))
    message("ErrorResponse", (1, "error_code", number, False), (2, "error_message", text, False))
    message(
        "ServerReflectionResponse",
        (4, "file_descriptor_response", "FileDescriptorResponse", False),
        (6, "list_services_response", "ListServiceResponse", False),
        (7, "error_response", "ErrorResponse", False),
    )
    one_of("message_response", 4, 6, 7)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_class(pool, f"{package}.ServerReflectionRequest"), message_class(
        pool, f"{package}.ServerReflectionResponse"
    )


def message_class(pool, name):
    descriptor = pool.FindMessageTypeByName(name)
    # Debian 12 has only the older of the two.
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


class Reflection:
    """Asks each question on a stream of its own."""

    def __init__(self, channel, version):
        self.request, self.response = reflection_messages(version)
        self.call = channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            request_serializer=self.request.SerializeToString,
            response_deserializer=self.response.FromString,
        )

    def ask(self, **question):
        [answer] = self.call(iter([self.request(**question)]), timeout=RPC_TIMEOUT_S)
        if answer.HasField("error_response"):
            raise AssertionError(f"{question}: {answer.error_response.error_message}")
        return answer

    def services(self):
        return [service.name for service in self.ask(list_services="").list_services_response.service]

    def files_of(self, symbol):
        """The file that declares the symbol and all it needs, serialized."""
        answer = self.ask(file_containing_symbol=symbol)
        return list(answer.file_descriptor_response.file_descriptor_proto)


def collect(reflection):
    """All files by name, serialized."""
    files = {}
    for service in reflection.services():
        for serialized in reflection.files_of(service):
            name = descriptor_pb2.FileDescriptorProto.FromString(serialized).name
            if files.setdefault(name, serialized) != serialized:
                raise AssertionError(f"{name}: two answers differ")
    return files


def parsed(serialized):
    return descriptor_pb2.FileDescriptorProto.FromString(serialized)


def after_dependencies(files):
    """The names of the files, each after those it imports."""
    ordered = []

    def visit(name):
        if name in ordered:
            return
        for dependency in parsed(files[name]).dependency:
            visit(dependency)
        ordered.append(name)

    for name in files:
        visit(name)
    return ordered


def fill(pool, files, add):
    for name in after_dependencies(files):
        add(pool, files[name])
    for name, serialized in files.items():
        kept = descriptor_pb2.FileDescriptorProto()
        pool.FindFileByName(name).CopyToProto(kept)
        sent = parsed(serialized)
        # Some releases of the pool leave JSON names out of the copy.
        for proto in (kept, sent):
            drop_json_names(proto)
        if kept != sent:
            raise AssertionError(f"{name}: the pool understood something else than was sent")


def drop_json_names(scope):
    messages = scope.message_type if hasattr(scope, "message_type") else scope.nested_type
    for message in messages:
        for field in message.field:
            field.ClearField("json_name")
        drop_json_names(message)


def methods_of(pool, services):
    return [method for service in services for method in pool.FindServiceByName(service).methods]


def call_health(channel, pool):
    """Calls a method with nothing but what reflection said of it."""
    method = pool.FindMethodByName("grpc.health.v1.Health.Check")
    call = channel.unary_unary(
        f"/{method.containing_service.full_name}/{method.name}",
        request_serializer=message_class(pool, method.input_type.full_name).SerializeToString,
        response_deserializer=message_class(pool, method.output_type.full_name).FromString,
    )
    answer = call(message_class(pool, method.input_type.full_name)(service=""), timeout=RPC_TIMEOUT_S)
    serving = method.output_type.enum_types_by_name["ServingStatus"].values_by_name["SERVING"].number
    if answer.status != serving:
        raise AssertionError(f"health is {answer.status}")


def check(channel, version):
    reflection = Reflection(channel, version)
    services = reflection.services()
    files = collect(reflection)
    by_bytes = descriptor_pool.DescriptorPool()
    fill(by_bytes, files, lambda pool, serialized: pool.AddSerializedFile(serialized))
    by_message = descriptor_pool.DescriptorPool()
    fill(by_message, files, lambda pool, serialized: pool.Add(parsed(serialized)))
    call_health(channel, by_bytes)
    return [method.full_name for method in methods_of(by_bytes, services)]


def main():
    with grpc.insecure_channel(sys.argv[1]) as channel:
        found = {version: check(channel, version) for version in ("v1", "v1alpha")}
    if found["v1"] != found["v1alpha"]:
        raise AssertionError("v1 and v1alpha differ")
    for name in found["v1"]:
        print(name)


if __name__ == "__main__":
    main()
