Feature: From signal to solved

  Scenario: One dead switch is one page, one ticket and one entry in the hand-over
    Given it is 2026-03-02 03:00 in Asia/Shanghai
    And the unit Network with Li Na, Wang Fang and Zhang Wei
    And people are reached by mail, then by sms unless it was taken within 5 minutes
    And in the roster of Network Li Na and Wang Fang take turns by the day from 2026-03-01 08:00
    And the chain of Network calls
      | whom      | minutes |
      | on duty   | 10      |
      | Zhang Wei | 10      |
    And critical incidents call the chain of Network
    And each critical incident opens a ticket of Network
    And the switch core-sw-2 of Network with 12 servers behind it
    And the mail gateway is out of order

    When core-sw-2 stops answering
    And 3 minutes pass
    Then there is 1 open incident and its cause is core-sw-2
    And 12 alerts follow from it
    And there is 1 ticket for it in Network
    And the ticket is due at 2026-03-02 14:00
    And Li Na is on duty in Network
    And nobody is told anything
    When 5 minutes pass
    Then Li Na is paged by sms
    And nobody else is told anything

    When Li Na answers the call
    Then the incident is acknowledged by Li Na

    When it becomes 2026-03-02 07:50
    And Li Na writes down for Wang Fang that "core-sw-2: line card ordered" is open
    And Li Na signs the hand-over
    And it becomes 2026-03-02 08:00
    Then Wang Fang is told by sms of "A hand-over waits for your signature"
    When Wang Fang signs for taking over
    Then Wang Fang is on duty in Network
    And nobody else is told anything

    When Wang Fang takes the ticket
    And Wang Fang does "Accept"
    And core-sw-2 answers again
    And 10 minutes pass
    Then the incident is closed
    And Li Na is told by sms that it is over
    And nobody else is told anything
    And the ticket is "Resolved"
    And the figures of Network count 1 opened and 1 solved in time
    And Wang Fang finds "core-sw-2: line card ordered" in the next hand-over to Li Na
